import CanonicalJSON
import Temporal

