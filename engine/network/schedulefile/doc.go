// Package schedulefile 计划文件 reads the files of planning programs into networks, and writes one format back: MSPDI (the XML of
// Microsoft Project), XER and PMXML (Primavera P6), PSPLIB and Patterson (test problems), and the table of steps that most
// offices keep in Excel.
//
// Bytes in, networks out: no file is opened here. What a file cannot say, or says in a way that changes dates, comes back as
// notes (no baseline in XER, which rule calls an activity critical, links to other projects left out). A file that cannot be
// read gets a refusal that says where and what to do. How a network is computed is not known here; the dates that a file's
// own program computed are kept beside it (Task), so that the two can be compared.
package schedulefile
