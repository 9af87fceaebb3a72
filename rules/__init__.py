"""What network security rules decide: pure code, from ARM bodies to verdicts."""
