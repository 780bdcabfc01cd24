// Package visit 现场走访 keeps who was on which site on which day, with whom, what they saw, and what they found.
//
// What was found is a case of the finding desk (domain/casework), whose raiser is the visitor: it stays open until he is content.
// A visit and its findings are written in one transaction, so that nothing that was found on the site is lost on the way back.
// A day to come is a plan, not a visit. What was written is corrected by another fact, and what stood before stays.
//
// It imports org, casework and project. No position, no photograph that must be there, no count of visits per person enters:
// nobody is scored for going (国办函〔2026〕12号). Nothing personal either: who was there is a post or a unit.
package visit
