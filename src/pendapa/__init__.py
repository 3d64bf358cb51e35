"""Pendapa: the open hall of an Indonesian local government, where SPBE is run together."""

__version__ = "0.1.0"
