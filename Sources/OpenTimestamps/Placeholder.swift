// Replaced by the room.
