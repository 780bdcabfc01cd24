// Package sheet 表格 reads workbooks that nobody here wrote and finds the key projects (重点项目) in them.
//
// Two steps that know nothing of one another: Read opens a file by its content (.xlsx, .xls, .ods, .csv) and gives cells
// with their addresses; Recognise finds tables, headings, units, groups, totals and projects among the cells, and says cell
// by cell what it could not read. It never guesses in silence: a doubt becomes a Problem, and where two readings are as
// good, a Question whose answer can be handed in and remembered for the next file of the same shape.
//
// Formulas are never executed and links never followed: a formula's value is the one that was saved with it. Money is exact
// (math/big), never a float. What heading words mean is data (lexicon.yaml). Reading imports kernel only; toapp.go alone
// turns what was found into the application's plain values. Who may import, and what becomes of the projects, is decided there.
package sheet
