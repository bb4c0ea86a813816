"""A fictional practice with its patients, their stories lived through the real parts day by day."""
