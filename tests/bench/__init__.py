"""What the documentation promises about speed, measured: `make bench`."""
