"""What a newsletter's blocks mean: its title, number and date, its sections, items and texts. It knows no format."""
