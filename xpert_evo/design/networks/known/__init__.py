"""The networks that there are: a file each, found by its name, with the network as `NETWORK`
and its name as people write it as `TITLE`."""
