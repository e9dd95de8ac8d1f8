# The second set of series: Rscript generate.R GSSvocab.rda gss_cat.rda > series.csv
# Shares of the US General Social Survey, unweighted, by year: what the two public tables of R packages hold.
files <- commandArgs(TRUE)
for (f in files) load(f)
rows <- list()
add <- function(topic, group, year, hit) {
  hit <- hit[!is.na(year)]
  year <- year[!is.na(year)]
  keep <- !is.na(hit)
  n <- tapply(hit[keep], year[keep], length)
  hits <- tapply(hit[keep], year[keep], sum)
  rows[[length(rows) + 1]] <<- data.frame(
    topic = topic, group = group, year = names(n), hits = as.integer(hits), n = as.integer(n)
  )
}
v <- GSSvocab
year <- as.integer(as.character(v$year))
groups <- list(all = rep(TRUE, nrow(v)))
for (name in c("gender", "nativeBorn", "ageGroup", "educGroup"))
  for (level in levels(v[[name]])) groups[[paste(name, level)]] <- v[[name]] == level
for (least in c(6, 8))
  for (g in names(groups)) {
    own <- which(groups[[g]])
    add(paste0("vocabulary_", least), g, year[own], v$vocab[own] >= least)
  }
d <- as.data.frame(gss_cat)
groups <- list(all = rep(TRUE, nrow(d)))
for (level in c("White", "Black", "Other")) groups[[paste("race", level)]] <- d$race == level
groups[["age 18-34"]] <- d$age <= 34
groups[["age 35-54"]] <- d$age >= 35 & d$age <= 54
groups[["age 55+"]] <- d$age >= 55
unknown <- function(x) ifelse(x %in% c("No answer", "Don't know", "Not applicable"), NA, as.character(x))
topics <- list(
  no_religion = unknown(d$relig) == "None",
  independent = unknown(d$partyid) == "Independent",
  never_married = unknown(d$marital) == "Never married",
  divorced = unknown(d$marital) == "Divorced",
  television_4_hours = d$tvhours >= 4
)
for (topic in names(topics))
  for (g in names(groups)) {
    own <- which(groups[[g]])
    add(topic, g, d$year[own], topics[[topic]][own])
  }
write.csv(do.call(rbind, rows), stdout(), row.names = FALSE, quote = FALSE)
