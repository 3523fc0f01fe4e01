# Installed package: find_package(barnabas) and pkg-config.
