"""What is not prose: spans of tag spam and boilerplate."""
