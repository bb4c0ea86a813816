"""What the portal and the back-office both need, one folder a concept, lower ones first."""
