# Reference numbers of weighting: R survey on its own example data and on small synthetic data.
# Run in this folder:  Rscript make_weighting.R
# Writes weighting.json and the data (CSV). Numbers have 15 significant digits.
suppressMessages({library(survey); library(jsonlite)})
options(survey.lonely.psu = "fail", digits = 15, warn = 1)
data(api)
strip <- function(d) d[, c("snum", "dnum", "stype", "sch.wide", "awards", "api99", "api00", "meals", "pw", "fpc")]
write.csv(strip(apistrat), "apistrat.csv", row.names = FALSE)
write.csv(strip(apiclus1), "apiclus1.csv", row.names = FALSE)
write.csv(cbind(apiclus2[, c("snum", "dnum", "stype", "sch.wide", "awards", "api99", "api00", "meals", "pw", "fpc1", "fpc2")]),
          "apiclus2.csv", row.names = FALSE)
set.seed(20250)
# synthetic: 12 strata x 4 units, unequal weights, three categories and two numbers (one strongly skewed)
n <- 480
syn <- data.frame(h = rep(1:12, each = 40), u = rep(1:48, each = 10))
syn$w <- round(rgamma(n, 4, 0.02) * (1 + syn$h / 12), 3)
syn$a <- sample(c("x", "y", "z"), n, TRUE, c(.5, .3, .2))
syn$b <- sample(1:4, n, TRUE, c(.4, .3, .2, .1))
syn$g <- rbinom(n, 1, .35)
syn$k <- rbinom(n, 1, .5)
syn$age <- sample(18:69, n, TRUE)
syn$income <- round(exp(rnorm(n, 8, .7)) * (1 + .2 * syn$g), 2)
syn$v <- round(0.5 + rexp(n), 4)
syn$y <- round(40 + 10 * (syn$a == "z") + syn$age / 4 + 8 * syn$g + rnorm(n, 0, 12), 3)
syn$lit <- as.integer(syn$y > 62)
syn$api00 <- syn$y; syn$meals <- syn$income; syn$stype <- syn$a
write.csv(syn, "synthetic.csv", row.names = FALSE)

designs <- list(
  strat = svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat),
  clus1 = svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1),
  clus2 = svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2),
  syn = svydesign(id = ~u, strata = ~h, weights = ~w, data = syn),
  unit = svydesign(id = ~u, strata = ~h, weights = ~1, data = syn)
)
numbers <- function(x) unname(as.numeric(x))
describe <- function(d) {
  m <- svymean(~api00, d); t <- svytotal(~meals, d)
  b <- svyby(~api00, ~stype, d, svymean)
  r <- svyratio(~meals, ~api00, d)
  w <- numbers(weights(d, "sampling"))
  list(w = w[seq(1, length(w), 5)], w_sum = sum(w), w_squares = sum(w^2), w_range = range(w),
       mean = numbers(c(coef(m), SE(m))), total = numbers(c(coef(t), SE(t))),
       ratio = numbers(c(coef(r), SE(r))),
       by = numbers(coef(b)), by_se = numbers(SE(b)))
}
cases <- list()
add <- function(id, design, call, d) {
  cases[[length(cases) + 1]] <<- c(list(id = id, design = design, call = call), describe(d))
}
ps <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
sw <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
aw <- data.frame(awards = c("No", "Yes"), Freq = c(2027, 4167))
cross <- as.data.frame(xtabs(~stype + sch.wide, apipop))
N <- sum(syn$w)
A <- data.frame(a = c("x", "y", "z"), Freq = N * c(.47, .31, .22))
B <- data.frame(b = 1:4, Freq = N * c(.37, .29, .22, .12))
G <- data.frame(g = 0:1, Freq = N * c(.6, .4))
AB <- merge(A, B, by = NULL); AB <- data.frame(a = AB$a, b = AB$b, Freq = AB$Freq.x * AB$Freq.y / N)
ctl <- list(maxit = 2000, epsilon = 1e-13)
tot <- c(`(Intercept)` = N, ay = A$Freq[2], az = A$Freq[3], g = .4 * N, k = .52 * N, age = 44.1 * N)

for (k in c("strat", "clus1", "clus2")) {
  d <- designs[[k]]
  add(paste0(k, "/post_crossed"), k, "postStratify(~stype+sch.wide, cross)", postStratify(d, ~stype + sch.wide, cross))
  add(paste0(k, "/rake3"), k, "rake(list(~stype,~sch.wide,~awards), ...)", rake(d, list(~stype, ~sch.wide, ~awards), list(ps, sw, aw), ctl))
  add(paste0(k, "/raking3"), k, "calibrate(~stype+sch.wide+awards, calfun='raking')",
      calibrate(d, ~stype + sch.wide + awards, c(6194, 755, 1018, 5122, 4167), calfun = "raking", epsilon = 1e-13, maxit = 100))
  add(paste0(k, "/post_then_rake"), k, "rake(postStratify(~stype), list(~sch.wide,~awards))",
      rake(postStratify(d, ~stype, ps), list(~sch.wide, ~awards), list(sw, aw), ctl))
  add(paste0(k, "/post_then_calibrate"), k, "calibrate(postStratify(~stype), ~api99)",
      calibrate(postStratify(d, ~stype, ps), ~api99, c(6194, 3914069)))
  add(paste0(k, "/rake_then_post"), k, "postStratify(rake(list(~sch.wide,~awards)), ~stype)",
      postStratify(rake(d, list(~sch.wide, ~awards), list(sw, aw), ctl), ~stype, ps))
  add(paste0(k, "/numeric_only"), k, "calibrate(~api99-1)", calibrate(d, ~api99 - 1, 3914069))
  add(paste0(k, "/numeric_raking"), k, "calibrate(~api99-1, calfun='raking')",
      calibrate(d, ~api99 - 1, c(api99 = 3914069), calfun = "raking", epsilon = 1e-13))
  add(paste0(k, "/two_numbers_logit"), k, "calibrate(~api99+meals, logit, bounds=c(.3,3))",
      calibrate(d, ~api99 + meals, c(6194, 3914069, sum(apipop$meals)), calfun = "logit", bounds = c(.3, 3), epsilon = 1e-13, maxit = 200))
}
d <- designs$syn
add("syn/post_crossed", "syn", "postStratify(~a+b, AB)", postStratify(d, ~a + b, AB))
add("syn/rake", "syn", "rake(list(~a,~b,~g))", rake(d, list(~a, ~b, ~g), list(A, B, G), ctl))
add("syn/rake_crossed", "syn", "rake(list(~a+b,~g))", rake(d, list(~a + b, ~g), list(AB, G), ctl))
add("syn/groups_linear", "syn", "calibrate(~a+g+k+age)", calibrate(d, ~a + g + k + age, tot))
for (cf in c("raking", "logit", "linear")) {
  add(paste0("syn/groups_", cf, "_bounded"), "syn", paste0("calibrate(~a+g+k+age, ", cf, ", bounds=c(.8,1.3))"),
      calibrate(d, ~a + g + k + age, tot, calfun = cf, bounds = c(.8, 1.3), epsilon = 1e-13, maxit = 2000))
}
add("syn/groups_raking", "syn", "calibrate(~a+g+k+age, raking)", calibrate(d, ~a + g + k + age, tot, calfun = "raking", epsilon = 1e-13))
add("syn/variance_linear", "syn", "calibrate(~a+g+age, variance=v)", calibrate(d, ~a + g + age, tot[c(1, 2, 3, 4, 6)], variance = syn$v))
add("syn/variance_raking", "syn", "calibrate(~a+g+age, raking, variance=v)",
    calibrate(d, ~a + g + age, tot[c(1, 2, 3, 4, 6)], calfun = "raking", variance = syn$v, epsilon = 1e-13))
add("syn/weight_bounds", "syn", "calibrate(~a+g, linear, bounds=c(90,900), bounds.const=TRUE)",
    calibrate(d, ~a + g, tot[1:4], bounds = c(90, 900), bounds.const = TRUE, epsilon = 1e-13, maxit = 2000))
add("syn/trim_strict", "syn", "trimWeights(upper=500, lower=100, strict=TRUE)", trimWeights(d, upper = 500, lower = 100, strict = TRUE))
add("syn/trim_once", "syn", "trimWeights(upper=500, lower=100)", trimWeights(d, upper = 500, lower = 100))
add("syn/rake_trim", "syn", "trimWeights(rake(...), upper=450, strict=TRUE)",
    trimWeights(rake(d, list(~a, ~b, ~g), list(A, B, G), ctl), upper = 450, strict = TRUE))
u <- designs$unit
add("unit/linear", "unit", "calibrate(~a+g+k+age), weights 1", calibrate(u, ~a + g + k + age, tot))
suppressWarnings(add("unit/raking_bounded", "unit", "calibrate(~a+g+k+age, raking, bounds=c(.7,1.5)), weights 1 (rescaled)",
    calibrate(u, ~a + g + k + age, tot, calfun = "raking", bounds = c(.7, 1.5), epsilon = 1e-13, maxit = 2000)))
suppressWarnings(add("unit/logit_bounded", "unit", "calibrate(~a+b+age, logit, bounds=c(.5,2)), weights 1 (rescaled)",
    calibrate(u, ~a + factor(b) + age, c(N, A$Freq[2:3], B$Freq[2:4], 44.1 * N), calfun = "logit", bounds = c(.5, 2), epsilon = 1e-13, maxit = 2000)))
add("unit/aggregate", "unit", "calibrate(~a+g+age, aggregate.stage=1), weights 1",
    calibrate(u, ~a + g + age, tot[c(1, 2, 3, 4, 6)], aggregate.stage = 1))
suppressWarnings(add("unit/aggregate_raking", "unit", "calibrate(~a+g+age, raking, aggregate.stage=1), weights 1",
    calibrate(u, ~a + g + age, tot[c(1, 2, 3, 4, 6)], calfun = "raking", aggregate.stage = 1, epsilon = 1e-13, maxit = 200)))

# replicates, re-weighted along
reps <- list(clus1_JK1 = as.svrepdesign(svydesign(id = ~dnum, weights = ~pw, data = apiclus1), type = "JK1"),
             syn_JKn = as.svrepdesign(designs$syn, type = "JKn"))
for (mse in c(FALSE, TRUE)) {
  r <- reps$syn_JKn; r$mse <- mse; s <- if (mse) "_mse" else ""
  add(paste0("syn_JKn/post", s), "syn_JKn", "postStratify(JKn, ~a)", postStratify(r, ~a, A))
  add(paste0("syn_JKn/rake", s), "syn_JKn", "rake(JKn)", rake(r, list(~a, ~b, ~g), list(A, B, G), ctl))
  add(paste0("syn_JKn/linear", s), "syn_JKn", "calibrate(JKn, ~a+g+k+age)", calibrate(r, ~a + g + k + age, tot))
  add(paste0("syn_JKn/raking_bounded", s), "syn_JKn", "calibrate(JKn, ~a+g+age, raking, bounds=c(.7,1.5))",
      calibrate(r, ~a + g + age, tot[c(1, 2, 3, 4, 6)], calfun = "raking", bounds = c(.7, 1.5), epsilon = 1e-13, maxit = 2000))
}
r <- reps$clus1_JK1
add("clus1_JK1/logit", "clus1_JK1", "calibrate(JK1, ~stype+api99, logit, bounds=c(.2,4))",
    calibrate(r, ~stype + api99, c(6194, 755, 1018, 3914069), calfun = "logit", bounds = c(.2, 4), epsilon = 1e-13, maxit = 500))

meta <- list(R = R.version.string, survey = as.character(packageVersion("survey")), made = "make_weighting.R",
             note = "15 significant digits; w: every fifth weight; data beside this file; N = sum of w of synthetic.csv",
             N = N, cross = cross, meals_total = sum(apipop$meals))
write(toJSON(list(meta = meta, cases = cases), auto_unbox = TRUE, digits = I(15), pretty = FALSE), "weighting.json")
