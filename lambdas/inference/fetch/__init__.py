"""An address to its bytes, safely."""
