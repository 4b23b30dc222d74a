"""Every route of the application, asked by every visitor for every object."""
