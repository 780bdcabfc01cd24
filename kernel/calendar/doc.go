// Package calendar 历法 knows civil dates, months and their twelfths, the working days of the State Council, and clocks that
// stop and resume with a reason.
//
// Nothing here asks what time it is: every instant is an argument, so that an auditor can replay the day. The holidays are
// data (holidays.yaml); a date that the list does not reach is refused, because a guessed working day is a wrong deadline.
//
// How periods are counted follows the Civil Code (民法典) 201–203: counted in days, months or years, the day of the start is
// not counted; counted in hours, the hours start at once; without a matching day the last of the month ends it; a last day
// that is a holiday moves to the next working day; the day ends when business ends. Licensing periods are working days
// (行政许可法 82). A desk that counts otherwise says so in its pack.
//
// Only fault and words are imported. What a deadline is for (办结, 回访) does not enter.
package calendar
