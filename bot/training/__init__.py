"""Eight short lessons for creators, each with a quiz; the lessons are data (`lessons.yaml`)."""
