"""Bad input, by every door that can carry it: a clear sentence, nothing lost, nothing half-written."""
