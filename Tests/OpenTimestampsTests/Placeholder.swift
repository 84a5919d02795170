// Replaced by the suite.
