"""Networks as graphs: layers on crossbars, and what is between them.

operations     one operation, as files hold it
sizes, widths  what follows from the image's size; which widths are free
schedule       what is done beside the layers, and which tensors wait
graph          the network, which all of these make
builder, families, known   networks written down, a file each
registry       by name
"""
