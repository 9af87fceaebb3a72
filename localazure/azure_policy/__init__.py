"""Azure Policy acting by itself: built-in definitions that give virtual networks flow logs."""
