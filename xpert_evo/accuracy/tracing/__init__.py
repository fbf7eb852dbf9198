"""A user's PyTorch module as a network.

places       where in the user's code something stands
traced       the module's calls, one after the other, and what each gave for an image
parts        operations as they are collected, and which of them every tensor is of
rules        what each call becomes
translation  calls to operations; normalisations to the layers before them
tensors      weights and normalisations by operation
importing    all of it
"""
