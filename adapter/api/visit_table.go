package api

func (s *server) visitOperations() []operation {
	return []operation{
		get("/visits", "read.visit", "visits", (*caller).visits),
		get("/visits/{id}", "read.visit", "visit", (*caller).visitOne),
		deed("/visits", "visit.log", (*caller).logVisit).large(),
		deed("/visits/plan", "visit.plan", (*caller).planVisit),
		deed("/visits/{id}/note", "visit.note", (*caller).noteVisit).large(),
		deed("/visits/{id}/raise-finding", "visit.raise-finding", (*caller).raiseFinding).large(),
		deed("/visits/{id}/correct", "visit.correct", (*caller).correctVisit),
	}
}
