"""业务配置: commissioning units, and the check of diagrams before they are used."""
