"""业务数据交换: the units' API v1."""
