"""``python -m detector.cli``: the command without its installed name."""

from detector.cli import main

if __name__ == "__main__":
    main()
