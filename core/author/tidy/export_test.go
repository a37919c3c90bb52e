package tidy

// Same is what Pack asks before it gives anything away.
var Same = same
