"""python -m fellesdrift"""

from fellesdrift.cli import main

main()
