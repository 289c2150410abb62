from Support.runner import main

raise SystemExit(main("Messages"))
