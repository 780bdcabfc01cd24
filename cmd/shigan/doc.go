// Command shigan 实干 is the one binary: it founds a district, serves it, imports its lists, carries its months and checks its ledger.
//
// Thin files, one per group of commands; commands.go lists them all. What a command does stands in app, what it says in the
// catalogue under "cli.". A command that fails ends with a code that means something (exit.go), and with one sentence.
package main
