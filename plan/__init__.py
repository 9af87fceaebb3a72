"""What should be: (Estate, Settings, State) to Plan; pure."""
