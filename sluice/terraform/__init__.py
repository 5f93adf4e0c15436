"""The state that a team shares: its bucket, who may do what with it, plans that are saved, and ways back."""
