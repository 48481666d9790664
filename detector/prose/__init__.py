"""The prose room: who wrote the body of a page, window by window, or why that cannot be said."""
