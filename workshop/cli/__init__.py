"""The command line's door: `workshop …`, beside a running server or without one; one file per subject."""
