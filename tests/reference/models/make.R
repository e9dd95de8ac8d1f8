# Reference numbers for tests and models. Run in this folder: Rscript make.R
# Writes people.csv (synthetic respondents), replicates.csv (bootstrap weights) and models.json.
suppressMessages({library(survey); library(jsonlite)})
options(digits = 16, survey.lonely.psu = "fail")
set.seed(20251)

# A synthetic two-stage sample: 4 strata, 5 units of each, 3 to 8 people of each unit.
units <- c(22, 31, 40, 55)
rows <- list()
for (h in 1:4) for (u in 1:5) {
  size <- sample(14:60, 1)
  m <- sample(3:8, 1)
  mood <- rnorm(1, 0, 0.5)
  for (i in 1:m) {
    age <- sample(18:69, 1)
    edu <- sample(1:3, 1, prob = c(0.4, 0.4, 0.2))
    line <- -1 + 0.6 * edu - 0.015 * (age - 40) + mood + 0.2 * h
    rows[[length(rows) + 1]] <- data.frame(
      stratum = h, unit = u, person = i, units = units[h], people = size, age = age,
      edu = c("low", "middle", "high")[edu], sex = sample(c("f", "m"), 1),
      score = round(50 + 12 * line + rnorm(1, 0, 9), 1), literate = as.numeric(plogis(line - 1) > runif(1)),
      visits = rpois(1, exp(0.2 + 0.3 * line)), years = sample(1:6, 1),
      view = as.integer(cut(line + rlogis(1), c(-Inf, -0.6, 0.4, 1.4, Inf))), chance = NA)
  }
}
d <- do.call(rbind, rows)
d$use <- pmin(4, pmax(1, d$view + sample(-1:1, nrow(d), TRUE)))
d$size <- 10 + 25 * d$stratum + 7 * d$unit          # measure of size of the unit, for the PPS design
d$chance <- ave(d$size, d$stratum, FUN = function(s) s) / (6 * (10 + 25 * d$stratum + 21))
d$n_sampled <- ave(d$person, d$stratum, d$unit, FUN = length)
d$weight <- (d$units / 5) * (d$people / d$n_sampled)
d$wpps <- 1 / d$chance * d$people / d$n_sampled
d$edu[c(7, 60)] <- NA
d$score[c(15, 33)] <- NA
d$log_years <- log(d$years)
write.csv(d, "people.csv", row.names = FALSE, na = "")
d$edu <- factor(d$edu, levels = c("high", "low", "middle"))  # sorted, as a reader of the file has it
d$sex <- factor(d$sex)
d$view_ <- factor(d$view); d$use_ <- factor(d$use)
d$view4 <- factor(d$view, levels = 1:4, ordered = TRUE)

two <- svydesign(id = ~unit + person, strata = ~stratum, fpc = ~units + people, data = d, nest = TRUE)
stopifnot(all.equal(weights(two), d$weight, check.attributes = FALSE))
totals <- data.frame(sex = c("f", "m"), Freq = c(1900, 1750))
post <- postStratify(two, ~sex, totals)
grown <- calibrate(two, ~age + sex, c(`(Intercept)` = 3650, age = 3650 * 43, sexm = 1750), calfun = "linear")
pps <- svydesign(id = ~unit, strata = ~stratum, fpc = ~chance, weights = ~wpps, data = d, nest = TRUE, pps = "brewer")
wr <- svydesign(id = ~unit, strata = ~stratum, weights = ~weight, data = d, nest = TRUE)
boot <- as.svrepdesign(wr, type = "subbootstrap", replicates = 40)
jkn <- as.svrepdesign(wr, type = "JKn")
W <- weights(boot, "analysis")
write.csv(cbind(round(W / d$weight, 12)), "replicates.csv", row.names = FALSE)
W <- as.matrix(read.csv("replicates.csv")) * d$weight
boot <- svrepdesign(data = d, repweights = W, weights = ~weight, type = "other", combined.weights = TRUE,
                    scale = boot$scale, rscales = boot$rscales, mse = FALSE, degf = 16)
tight <- glm.control(epsilon = 1e-14, maxit = 100)
exact <- function(x) {x <- unname(unclass(x)); attributes(x) <- NULL; x}
mat <- function(m) unname(as.matrix(m))

chisq <- function(des, f, rep = FALSE) {
  out <- list()
  for (s in c("F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint")) {
    t <- suppressWarnings(svychisq(f, des, statistic = s))
    out[[s]] <- list(statistic = exact(t$statistic), df = as.list(exact(t$parameter)), p = exact(t$p.value))
  }
  out
}
ttest <- function(t) list(estimate = exact(t$estimate), statistic = exact(t$statistic), df = exact(t$parameter),
                          p = exact(t$p.value), ci = exact(t$conf.int))
model <- function(m, terms = NULL, lrt = TRUE) {
  s <- summary(m)
  out <- list(names = names(coef(m)), coef = exact(coef(m)), vcov = mat(vcov(m)), df = m$df.residual,
              p = exact(s$coefficients[, 4]), ci = mat(confint(m)))
  if (!is.null(terms)) {
    w <- regTermTest(m, terms, df = m$df.residual)
    out$wald <- list(F = exact(w$Ftest), df = w$df, ddf = exact(w$ddf), p = exact(w$p))
    if (lrt) {
      k <- regTermTest(m, terms, method = "WorkingWald", df = m$df.residual)
      out$working <- list(statistic = exact(k$chisq / mean(k$lambda)), lambda = exact(k$lambda), p = exact(k$p))
    }
  }
  out
}
# svyolr stops at optim's reltol of 1e-8 and differentiates the gradient numerically with steps of 1e-3. Here the
# maximum is polished by Newton steps and the Hessian by Richardson extrapolation, then R survey's own variance.
olr <- function(des, f, y, X) {
  start <- svyolr(f, des, control = list(reltol = 1e-15, maxit = 2000))
  theta <- c(start$coefficients, start$zeta)
  ok <- complete.cases(X) & !is.na(y)
  design <- des[ok, ]
  w <- weights(design); yy <- as.integer(y[ok]); X <- X[ok, , drop = FALSE]
  k <- ncol(X); q <- length(start$zeta)
  score <- function(theta) {
    z <- c(-Inf, theta[k + 1:q], Inf); eta <- drop(X %*% theta[1:k])
    up <- z[yy + 1] - eta; lo <- z[yy] - eta
    p <- plogis(up) - plogis(lo)
    at <- cbind(-X * ((dlogis(up) - dlogis(lo)) / p))
    zz <- matrix(0, length(yy), q)
    for (j in 1:q) zz[, j] <- (ifelse(yy == j, dlogis(up), 0) - ifelse(yy == j + 1, dlogis(lo), 0)) / p
    cbind(at, zz)
  }
  gradient <- function(theta) colSums(w * score(theta))
  for (i in 1:6) theta <- theta - solve(numDeriv::jacobian(gradient, theta), gradient(theta))
  H <- -numDeriv::jacobian(gradient, theta, method.args = list(r = 6))
  inf <- (w * score(theta)) %*% solve(H)
  V <- svyrecvar(inf, design$cluster, design$strata, design$fpc, postStrata = design$postStrata)
  list(names = c(names(start$coefficients), names(start$zeta)), coef = exact(theta), vcov = mat(V),
       df = start$df.residual, default = exact(c(coef(svyolr(f, des)))))
}
X <- model.matrix(~age + edu, model.frame(~age + edu, d, na.action = na.pass))[, -1]

everything <- function(des, rep = FALSE, pps = FALSE) {
  men <- subset(des, sex == "m")
  out <- list(
    table = chisq(des, ~edu + sex), table_wide = chisq(des, ~edu + view), table_domain = chisq(subset(des, age < 50), ~literate + sex),
    t_two = ttest(svyttest(score ~ literate, des)), t_one = ttest(svyttest(I(score - 50) ~ 0, des, na.rm = TRUE)),
    t_domain = ttest(svyttest(score ~ literate, men)),
    linear = model(svyglm(score ~ age + edu, des), ~edu),
    linear_product = model(svyglm(score ~ age * sex + edu, des), ~age:sex),
    logistic = model(svyglm(literate ~ age + edu + sex, des, family = quasibinomial, control = tight), ~edu),
    logistic_domain = model(svyglm(literate ~ age + score, men, family = quasibinomial, control = tight), ~age),
    poisson = model(svyglm(visits ~ sex + edu + offset(log_years), des, family = quasipoisson, control = tight), ~edu),
    kappa = {k <- svykappa(~view_ + use_, des); list(estimate = exact(coef(k)), se = exact(SE(k)))},
    alpha = exact(svycralpha(~view + use + years, des)))
  if (!pps) {
    g <- suppressWarnings(svygofchisq(~view_, c(0.2, 0.3, 0.3, 0.2), des))
    out$fit <- list(statistic = exact(g$statistic), scale = exact(g$parameter)[1], df = exact(g$parameter)[2], p = exact(g$p.value))
  }
  ranks <- list()
  for (s in c("wilcoxon", "vanderWaerden", "median")) {
    t <- svyranktest(visits ~ sex, des, test = s)
    ranks[[s]] <- list(estimate = exact(t$estimate), statistic = exact(t$statistic), df = exact(t$parameter), p = exact(t$p.value))
  }
  out$ranks <- ranks
  if (!rep) {
    if (!pps) {
      t <- svyranktest(age ~ view, des, test = "KruskalWallis")
      out$ranks_many <- list(F = exact(t$parameter) / exact(t$statistic), df = exact(t$statistic), ddf = t$ddf, p = exact(t$p.value))
      base <- svyglm(literate ~ age + sex, subset(des, !is.na(edu)), family = quasibinomial, control = tight)
      p <- svypredmeans(base, ~edu)
      out$margins <- list(names = names(coef(p)), estimate = exact(coef(p)), vcov = mat(vcov(p)),
                          added = mat(attr(vcov(p), "parts")[[1]]))
      base <- svyglm(visits ~ age + sex, subset(des, !is.na(edu)))
      p <- svypredmeans(base, ~edu)
      out$margins_linear <- list(names = names(coef(p)), estimate = exact(coef(p)), vcov = mat(vcov(p)))
    }
  }
  out
}
result <- list(
  meta = list(R = R.version.string, survey = as.character(packageVersion("survey")), made = "make.R",
              note = "synthetic data; 15 significant digits; glm run to epsilon 1e-14"),
  two = everything(two), post = everything(post), grown = everything(grown), wr = everything(wr),
  pps = everything(pps, pps = TRUE), boot = everything(boot, rep = TRUE), jkn = everything(jkn, rep = TRUE),
  ordinal = list(two = olr(two, view4 ~ age + edu, d$view, X), post = olr(post, view4 ~ age + sex, d$view, model.matrix(~age + sex, d)[, -1]),
                 wr = olr(wr, view4 ~ age + edu, d$view, X)),
  weights = list(post = exact(weights(post)), grown = exact(weights(grown))),
  boot_scale = list(scale = boot$scale, rscales = boot$rscales), jkn_scale = list(scale = jkn$scale, rscales = jkn$rscales))

d$old <- ifelse(d$age < 35, "a", ifelse(d$age < 52, "b", "c"))
std <- function(des) {
  des <- update(des, old = d$old)
  s <- svystandardize(des, ~old, over = ~sex, population = c(0.3, 0.45, 0.25))
  b <- svyby(~age + literate, ~sex, s, svymean)
  a <- svystandardize(des, ~old, over = ~1, population = c(0.3, 0.45, 0.25))
  m <- svymean(~literate, a)
  list(by = exact(coef(b)), se = exact(as.matrix(SE(b))), all = exact(coef(m)), all_se = exact(SE(m)))
}
result$standardized <- list(two = std(two), post = std(post), wr = std(wr))
result$standardized$boot <- {
  s <- svystandardize(update(boot, old = d$old), ~old, over = ~1, population = c(0.3, 0.45, 0.25))
  m <- svymean(~literate, s); list(all = exact(coef(m)), all_se = exact(SE(m)))}
write_json(result, "models.json", digits = I(16), auto_unbox = TRUE, null = "null", na = "null")
