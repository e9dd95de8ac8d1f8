# Reference numbers for change between waves and its split. Run in this folder: Rscript make.R
# Writes waves.csv (two synthetic waves in the same 20 units) and waves.json.
suppressMessages({library(survey); library(jsonlite)})
set.seed(2025)
d <- do.call(rbind, lapply(1:2, function(wave) do.call(rbind, lapply(1:4, function(h) do.call(rbind, lapply(1:5, function(u) {
  m <- sample(4:9, 1)
  mood <- sin(h * 7 + u * 3)                       # the unit keeps its mood between waves
  group <- sample(c("low", "middle", "high"), m, TRUE, prob = c(0.5 - 0.1 * wave, 0.3, 0.2 + 0.1 * wave))
  data.frame(wave = wave, stratum = h, unit = u, person = 1:m, group = group, age = sample(18:69, m, TRUE),
             literate = rbinom(m, 1, plogis(-1.2 + 0.3 * wave + 0.8 * (group == "high") + mood)),
             units = c(22, 31, 40, 55)[h], people = 40 + 5 * u)
}))))))
d$weight <- d$units / 5 * d$people / ave(d$person, d$wave, d$stratum, d$unit, FUN = length)
write.csv(d, "waves.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("waves.csv")
exact <- function(x) {x <- unname(unclass(x)); attributes(x) <- NULL; x}

cells <- expand.grid(group = c("high", "low", "middle"), wave = 1:2)
for (i in seq_len(nrow(cells))) {
  d[[paste0("n", i)]] <- as.numeric(d$group == cells$group[i] & d$wave == cells$wave[i])
  d[[paste0("y", i)]] <- d[[paste0("n", i)]] * d$literate
}
numbers <- function(des) {
  b <- svyby(~literate, ~wave, des, svymean, covmat = TRUE)
  change <- svycontrast(b, c(-1, 1))
  g <- svyby(~literate, ~wave + group, des, svymean, covmat = TRUE)
  groups <- lapply(1:3, function(k) {w <- numeric(6); w[2 * k - 1] <- -1; w[2 * k] <- 1; svycontrast(g, w)})
  t <- svytotal(~n1 + n2 + n3 + n4 + n5 + n6 + y1 + y2 + y3 + y4 + y5 + y6, des)
  p <- function(k, w) sprintf("(n%d/(n%d+n%d+n%d))", k + 3 * w, 1 + 3 * w, 2 + 3 * w, 3 + 3 * w)
  r <- function(k, w) sprintf("(y%d/n%d)", k + 3 * w, k + 3 * w)
  composition <- sapply(1:3, function(k) sprintf("(%s-%s)*(%s+%s)/2", p(k, 1), p(k, 0), r(k, 0), r(k, 1)))
  rate <- sapply(1:3, function(k) sprintf("(%s-%s)*(%s+%s)/2", r(k, 1), r(k, 0), p(k, 0), p(k, 1)))
  every <- c(paste(composition, collapse = "+"), paste(rate, collapse = "+"), composition, rate)
  split <- lapply(every, function(e) svycontrast(t, parse(text = e)[[1]]))
  list(change = exact(coef(change)), change_se = exact(SE(change)),
       groups = sapply(groups, function(x) exact(coef(x))), groups_se = sapply(groups, function(x) exact(SE(x))),
       split = sapply(split, function(x) exact(coef(x))), split_se = sapply(split, function(x) exact(SE(x))))
}
d$apart <- interaction(d$wave, d$stratum)
out <- list(
  meta = list(R = R.version.string, survey = as.character(packageVersion("survey")), made = "make.R", note = "synthetic data"),
  apart = numbers(svydesign(id = ~unit, strata = ~apart, weights = ~weight, data = d, nest = TRUE)),
  shared = numbers(svydesign(id = ~unit, strata = ~stratum, weights = ~weight, data = d, nest = TRUE)),
  apart_two = numbers(svydesign(id = ~unit + person, strata = ~apart, fpc = ~units + people, data = d, nest = TRUE)),
  shared_two = numbers(svydesign(id = ~unit + person, strata = ~stratum + wave, fpc = ~units + people, weights = ~weight,
                                 data = d, nest = TRUE)))
write_json(out, "waves.json", digits = I(15), auto_unbox = TRUE)
