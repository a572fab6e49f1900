"""Evidence packs: what a failed finding rests on, for whoever doubts it."""
