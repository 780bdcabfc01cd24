package api

func (s *server) caseOperations() []operation {
	return []operation{
		get("/cases", "read.cases", "cases", (*caller).cases),
		get("/cases/ladder", "read.cases", "case-ladder", (*caller).ladder),
		get("/cases/counts", "read.cases", "case-counts", (*caller).countCases),
		get("/brief", "read.brief", "brief", (*caller).brief),
		get("/cases/{id}", "read.cases", "case", (*caller).caseOne),
	}
}
