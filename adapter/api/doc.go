// Package api 接口 answers programs: the same deeds and reads as the pages, under the same rights, as JSON with an OpenAPI
// document that is made from the Go types.
//
// One table (operations.go) lists every operation with its right. A deed is one POST and goes through app.Do; a refusal becomes
// application/problem+json in one function (problem.go). Money is a decimal text in yuan, a figure is exact text beside its
// printed form, nothing is a float. It also answers for the operator: lives, ready, metrics.
//
// No rule and no SQL enters, and no text: names and explanations stand in the catalogue under "api.".
package api
