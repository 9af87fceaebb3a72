"""The program's rooms as a component for anybody's program, in any Pulumi language."""
