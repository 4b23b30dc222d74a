"""The sharing units (信息共享单位): the catalogue of what they share and the connectors that ask them."""
