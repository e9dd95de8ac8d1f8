# Reference numbers for designs beyond r_survey: several stages, single sampling units, unequal probabilities, replicates.
# Run: Rscript make_designs.R   (in this folder; R 4.2.2, survey 4.1.1 of Debian; writes designs.json and the data it used)
# survey 4.1.1 and 4.4-2 agree on all of this but one rule: totals under lonely.psu="adjust", where 4.4-2 (which we follow)
# centres a single unit at the mean unit of all strata; those totals are computed below from the formula.
suppressMessages({library(survey); library(jsonlite)})
options(survey.replicates.mse = FALSE)

# --- synthetic data: 6 strata, stratum f with one sampling unit, second-stage strata, one unit of stage 2 alone
set.seed(20250101)
rows <- list()
psus <- c(a = 4, b = 3, c = 2, d = 2, e = 5, f = 1)
for (s in names(psus)) for (p in seq_len(psus[[s]])) {
  ssus <- if (s == "d" && p == 2) 1 else sample(4:6, 1)
  effect <- rnorm(1, 0, 4)
  for (u in seq_len(ssus)) {
    inner <- rnorm(1, 0, 2); n <- sample(1:4, 1)
    rows[[length(rows) + 1]] <- data.frame(stratum = s, psu = p, sub = 1 + (u - 1) %/% 2 %% 2, ssu = u,
      f1 = psus[[s]] * 6 + 3, f2 = ssus + 5 + p, y = 50 + effect + inner + rnorm(n, 0, 5), x = exp(rnorm(n, 1, 0.4)),
      z = rbinom(n, 1, plogis(effect / 4 - 0.4)), g = sample(c("a", "b", "c"), n, TRUE), w = round(runif(n, 5, 40), 2))
  }
}
d <- do.call(rbind, rows)
d$y <- round(d$y, 3); d$x <- round(d$x, 3)
d$part1 <- psus[d$stratum] / d$f1
counts <- tapply(d$ssu, paste(d$stratum, d$psu), function(v) length(unique(v)))
d$part2 <- as.numeric(counts[paste(d$stratum, d$psu)] / d$f2)
write.csv(d, "synthetic.csv", row.names = FALSE)
d <- read.csv("synthetic.csv")
data(mu284); write.csv(mu284, "mu284.csv", row.names = FALSE)
data(api); keep <- c("stype", "dnum", "snum", "api00", "api99", "target", "fpc1", "fpc2", "pw")
write.csv(apiclus2[, keep], "apiclus2.csv", row.names = FALSE)
data(election)
election_pps$half <- ifelse(election_pps$p > median(election_pps$p), 1, 2)
write.csv(election_pps, "election.csv", row.names = FALSE)
write.table(format(as.matrix(election_jointprob), digits = 17), "joint.csv", sep = ",", row.names = FALSE, col.names = FALSE, quote = FALSE)
joint <- as.matrix(read.csv("joint.csv", header = FALSE)); dimnames(joint) <- NULL
election_pps <- read.csv("election.csv")

cases <- list()
put <- function(id, ...) cases[[length(cases) + 1]] <<- c(list(id = id), list(...))
one <- function(x) list(est = as.numeric(coef(x)), se = as.numeric(SE(x)))
pair <- function(x) c(one(x), list(vcov = unname(as.matrix(vcov(x)))))
describe <- function(id, data, design, y, z, x, g) {
  f <- function(v) as.formula(paste("~", v))
  by <- svyby(f(z), f(g), design, svymean, covmat = TRUE)
  subset <- design[design$variables[[g]] == sort(unique(as.character(design$variables[[g]])))[1], ]
  put(id, data = data, y = y, z = z, x = x, g = g, df = degf(design),
      mean = pair(svymean(as.formula(paste("~", y, "+", z)), design)), total = pair(svytotal(as.formula(paste("~", y, "+", z)), design)),
      by = one(by), by_total = one(svyby(f(y), f(g), design, svytotal)), by_vcov = unname(as.matrix(vcov(by))),
      ratio = one(svyratio(f(y), f(x), design)), var = one(svyvar(f(y), design)), df_by = degf(subset),
      deff = c(deff(svymean(f(y), design, deff = TRUE)), deff(svymean(f(y), design, deff = "replace"))))
}
full <- d; d <- subset(d, stratum != "f" & stratum != "d")

# --- several stages
two <- function(...) svydesign(id = ~psu + ssu, nest = TRUE, data = d, ...)
describe("stages/fpc", "synthetic", two(strata = ~stratum, fpc = ~f1 + f2), "y", "z", "x", "g")
describe("stages/fpc_weights", "synthetic", two(strata = ~stratum, fpc = ~f1 + f2, weights = ~w), "y", "z", "x", "g")
describe("stages/fractions", "synthetic", two(strata = ~stratum, fpc = ~part1 + part2), "y", "z", "x", "g")
describe("stages/no_fpc", "synthetic", two(strata = ~stratum, weights = ~w), "y", "z", "x", "g")
describe("stages/one", "synthetic", svydesign(id = ~psu, strata = ~stratum, nest = TRUE, fpc = ~f1, weights = ~w, data = d), "y", "z", "x", "g")
options(survey.lonely.psu = "certainty")
describe("stages/substrata", "synthetic", two(strata = ~stratum + sub, fpc = ~f1 + f2, weights = ~w), "y", "z", "x", "g")
options(survey.lonely.psu = "fail")
describe("stages/apiclus2", "apiclus2", svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = subset(apiclus2, TRUE, keep)), "api00", "api99", "snum", "stype")
m <- svydesign(id = ~id1 + id2, fpc = ~n1 + n2, data = mu284)
put("stages/mu284", data = "mu284", df = degf(m), mean = one(svymean(~y1, m)), total = one(svytotal(~y1, m)))

# --- single sampling units
for (rule in c("adjust", "average", "certainty", "remove")) {
  options(survey.lonely.psu = rule)
  for (fpc in c(TRUE, FALSE)) {
    s <- svydesign(id = ~psu, strata = ~stratum, nest = TRUE, data = full, weights = ~w, fpc = if (fpc) ~f1 else NULL)
    id <- paste0("lonely/", rule, if (fpc) "_fpc" else "")
    total <- svytotal(~y + z, s)
    if (rule == "adjust") {  # as 4.4-2 has it
      u <- rowsum(cbind(full$y, full$z) * full$w, paste(full$stratum, full$psu)); h <- substr(rownames(u), 1, 1)
      n <- table(h)[h]; f <- if (fpc) 1 - n / tapply(full$f1, full$stratum, mean)[h] else rep(1, nrow(u))
      centre <- apply(u, 2, function(v) ifelse(n == 1, mean(v), ave(v, h)))
      v <- crossprod((u - centre) * sqrt(as.numeric(f * ifelse(n == 1, 1, n / pmax(n - 1, 1)))))
      total <- list(est = colSums(u), se = sqrt(diag(v)), vcov = unname(v))
    } else total <- pair(total)
    by <- svyby(~z, ~g, s, svymean)
    put(id, data = "synthetic", df = degf(s), mean = pair(svymean(~y + z, s)), total = total, by = one(by), ratio = one(svyratio(~y, ~x, s)),
        subset = one(svymean(~y, subset(s, stratum != "f"))), subset_total = one(svytotal(~y, subset(s, stratum != "f"))))
  }
}
for (rule in c("certainty", "remove")) {
  options(survey.lonely.psu = rule)
  s <- svydesign(id = ~psu + ssu, strata = ~stratum, nest = TRUE, data = subset(full, stratum != "f"), weights = ~w, fpc = ~f1 + f2)
  put(paste0("lonely/stage2_", rule), data = "synthetic", mean = pair(svymean(~y + z, s)), total = pair(svytotal(~y + z, s)))
}
options(survey.lonely.psu = "fail")

# --- unequal probabilities
p <- election_pps
pps <- function(method, strata = NULL, ...) svydesign(id = ~1, fpc = ~p, data = p, pps = method, strata = strata, ...)
show <- function(id, s) put(paste0("pps/", id), data = "election", total = pair(svytotal(~Bush + Kerry, s)), mean = pair(svymean(~Bush + Kerry, s)),
  ratio = one(svyratio(~Bush, ~votes, s)), subset = one(svytotal(~Bush, subset(s, half == 1))))
show("brewer", pps("brewer"))
show("overton", pps("overton")); show("overton_yg", pps("overton", variance = "YG"))
show("hr", pps(HR())); show("hr_yg", pps(HR(), variance = "YG"))
show("joint", pps(ppsmat(joint))); show("joint_yg", pps(ppsmat(joint), variance = "YG"))
show("replacement", svydesign(id = ~1, weights = ~wt, data = p))
show("brewer_strata", pps("brewer", strata = ~half))
show("overton_strata", pps("overton", strata = ~half))
show("hr_strata", pps(HR(), strata = ~half))

# --- replicates
paired <- subset(d, psu <= 2)
s <- svydesign(id = ~psu, strata = ~stratum, nest = TRUE, data = paired, weights = ~w)
H <- survey::hadamard(3)
made <- function(id, r, data = "paired") put(paste0("replicates/", id), data = data, replicates = length(r$rscales), scale = r$scale,
  rscales = unique(r$rscales), mean = pair(svymean(~y + z, r)), total = pair(svytotal(~y + z, r)), ratio = one(svyratio(~y, ~x, r)), by = one(svyby(~y, ~g, r, svymean)), var = one(svyvar(~y, r)))
made("brr_default", as.svrepdesign(s, type = "BRR"))
made("fay_default", as.svrepdesign(s, type = "Fay", fay.rho = 0.3))
H8 <- survey::hadamard(6)
made("brr_8", as.svrepdesign(s, type = "BRR", hadamard.matrix = H8))
made("fay_8_mse", as.svrepdesign(s, type = "Fay", fay.rho = 0.5, hadamard.matrix = H8, mse = TRUE))
even <- subset(full, stratum %in% c("a", "c", "d"))
made("brr_split", as.svrepdesign(svydesign(id = ~psu, strata = ~stratum, nest = TRUE, data = even, weights = ~w), type = "BRR"), "even")
j <- svydesign(id = ~psu, strata = ~stratum, nest = TRUE, data = d, weights = ~w)
jf <- svydesign(id = ~psu, strata = ~stratum, nest = TRUE, data = d, weights = ~w, fpc = ~f1)
made("jkn", as.svrepdesign(j, type = "JKn"), "four"); made("jkn_fpc", as.svrepdesign(jf, type = "JKn"), "four")
made("jkn_fpc_mse", as.svrepdesign(jf, type = "JKn", mse = TRUE), "four")
for (rule in c("adjust", "average", "certainty", "remove")) {
  options(survey.lonely.psu = rule)
  made(paste0("jkn_", rule), as.svrepdesign(svydesign(id = ~psu, strata = ~stratum, nest = TRUE, data = full, weights = ~w), type = "JKn"), "synthetic")
}
options(survey.lonely.psu = "fail")
# weights read from columns
b <- as.svrepdesign(j, type = "subbootstrap", replicates = 20)
cols <- round(weights(b, "analysis"), 6); colnames(cols) <- paste0("rw", 1:20)
write.csv(cbind(d, cols), "repweights.csv", row.names = FALSE)
k <- read.csv("repweights.csv")
rw <- paste0("rw", 1:20)
made("read_bootstrap", svrepdesign(data = k, weights = ~w, repweights = as.matrix(k[, rw]), type = "bootstrap", combined.weights = TRUE), "repweights")
made("read_other", suppressWarnings(svrepdesign(data = k, weights = ~w, repweights = as.matrix(k[, rw]) / k$w, type = "other", combined.weights = FALSE, scale = 0.05, rscales = rep(c(1, 2), 10))), "repweights")
made("read_sdr", svrepdesign(data = k, weights = ~w, repweights = as.matrix(k[, rw]), type = "successive-difference", combined.weights = TRUE, mse = TRUE), "repweights")
made("read_fay", suppressWarnings(svrepdesign(data = k, weights = ~w, repweights = as.matrix(k[, rw]), type = "Fay", rho = 0.3, combined.weights = TRUE)), "repweights")

write(toJSON(list(meta = list(R = R.version.string, survey = as.character(packageVersion("survey")), made = "make_designs.R",
  hadamard8 = H8), cases = cases), digits = NA, pretty = FALSE), "designs.json")
