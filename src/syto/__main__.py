"""`python -m syto`, which `accelerate launch -m syto` needs."""

from syto.cli import main

if __name__ == "__main__":
    main()
