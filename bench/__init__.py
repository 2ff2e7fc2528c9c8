"""How long everything takes, as a ratio to the smallest chain that could do the same. Nothing imports this folder."""
