import KhienModel
import Crypto
