import KhienModel
