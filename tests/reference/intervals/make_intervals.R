# Limits of shares and quantiles beyond ../shared. Run: Rscript make_intervals.R (in this folder; R 4.2.2, survey 4.1.1)
# svyciprop stops its regression at 1e-8, so its "likelihood" limits are rough by up to 2e-4; here the fit is converged (1e-14) and
# passed through the same confint. Data: ../designs/synthetic.csv.
suppressMessages({library(survey); library(jsonlite)})
d <- subset(read.csv("../designs/synthetic.csv"), stratum != "f")
design <- svydesign(id = ~psu, strata = ~stratum, nest = TRUE, weights = ~w, fpc = ~f1, data = d)
cases <- list()
for (cut in c(40, 46, 50, 55, 58)) for (level in c(0.9, 0.95)) for (part in c("all", "a")) {
  s <- if (part == "all") design else subset(design, g == part)
  s <- update(s, hit = as.numeric(y > cut)); df <- degf(s)
  m <- svyglm(hit ~ 1, s, family = quasibinomial, epsilon = 1e-14, maxit = 100)
  limit <- function(method) plogis(suppressMessages(as.numeric(confint(m, 1, level = level, method = method, ddf = df))))
  of <- function(method) as.numeric(attr(svyciprop(~hit, s, method = method, level = level, df = df), "ci"))
  cases[[length(cases) + 1]] <- list(cut = cut, level = level, part = part, df = df, est = coef(svymean(~hit, s))[[1]],
    likelihood = limit("likelihood"), logit = limit("Wald"), beta = of("beta"), arcsine = of("asin"), mean = of("mean"))
}
reps <- as.svrepdesign(svydesign(id = ~psu, strata = ~stratum, nest = TRUE, weights = ~w, data = subset(d, stratum %in% c("a", "c", "d"))), type = "BRR")
p <- c(0.1, 0.33, 0.5, 0.77)
q <- svyquantile(~y, reps, p, interval.type = "quantile", ci = TRUE)$y
w <- svyquantile(~y, reps, p, ci = TRUE)$y
write(toJSON(list(meta = list(R = R.version.string, survey = as.character(packageVersion("survey")), made = "make_intervals.R"),
  cases = cases, brr = list(p = p, direct = q, woodruff = w)), digits = NA, auto_unbox = TRUE), "intervals.json")
