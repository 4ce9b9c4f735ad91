"""The access trail: who saw what, recorded before it is shown, in a chain that shows whether it was touched."""
