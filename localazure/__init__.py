"""A stand-in for Azure on 127.0.0.1: ARM over HTTP, and an azure-native provider that talks to it.

README.md in this folder lists what is modelled, on which evidence, and what is not.
"""
