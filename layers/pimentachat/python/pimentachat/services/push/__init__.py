"""Mobile pushes: devices, who gets one, and what it says."""
