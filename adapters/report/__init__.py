"""The report on paper: content to HTML, HTML to PDF, PDF laid out as MZ/T 072-2016 附录E asks."""
