package main

// bulletinCommands waits for app's bulletin: `bulletin MONTH --out FILE.docx|.xlsx|.pdf`.
func bulletinCommands() []command { return nil }
