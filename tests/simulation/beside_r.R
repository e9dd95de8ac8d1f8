# Random surveys made by beside_r.py, with R survey: one line of JSON a survey on standard output.
suppressMessages({library(survey); library(jsonlite)})
options(survey.lonely.psu = "adjust", survey.adjust.domain.lonely = FALSE)
folder <- commandArgs(TRUE)[1]
tight <- list(epsilon = 1e-14, maxit = 100)
keep <- function(...) lapply(list(...), function(x) unname(as.numeric(x)))
attempt <- function(code) tryCatch(suppressWarnings(code), error = function(e) {message(file, ": ", conditionMessage(e)); NULL})
cat(toJSON(list(R = as.character(getRversion()), survey = as.character(packageVersion("survey"))), auto_unbox = TRUE), "\n", sep = "")
for (file in sort(list.files(folder, pattern = "csv$", full.names = TRUE))) {
  d <- read.csv(file)
  d$k <- factor(d$k); d$g <- factor(d$g)
  spec <- fromJSON(sub("csv$", "json", file))
  form <- function(x) if (is.null(x)) NULL else as.formula(paste("~", paste(x, collapse = "+")))
  one <- svydesign(ids = if (is.null(spec$psu)) ~1 else form(spec$psu), strata = form(spec$strata), fpc = form(spec$fpc),
                   weights = form("w"), nest = TRUE, data = d)
  if (spec$adjust == "rake") {
    one <- rake(one, list(~g, ~m), list(data.frame(g = names(spec$g), Freq = unlist(spec$g)),
                data.frame(m = as.integer(names(spec$m)), Freq = unlist(spec$m))), control = list(epsilon = 1e-12, maxit = 1000))
  } else if (spec$adjust == "poststratify") {
    one <- postStratify(one, ~g, data.frame(g = names(spec$g), Freq = unlist(spec$g)))
  } else if (spec$adjust == "jackknife") {
    one <- as.svrepdesign(one, type = if (is.null(spec$strata)) "JK1" else "JKn", compress = FALSE)
  }
  domain <- subset(one, g != "c")
  out <- list(file = basename(file))
  out$mean <- attempt({m <- svymean(~y, one, na.rm = TRUE, deff = "replace"); keep(coef(m), SE(m), deff(m))})
  out$total <- attempt({m <- svytotal(~x, one); keep(coef(m), SE(m))})
  out$ratio <- attempt({m <- svyratio(~x, ~z, one); keep(coef(m), SE(m))})
  out$by <- attempt({whole <- spec$adjust == "jackknife"; m <- svyby(~x, ~g, one, svymean, covmat = whole)
    keep(coef(m), if (whole) sqrt(diag(vcov(m))) else SE(m))})
  if (spec$adjust %in% c("none", "jackknife")) out$covariance <- attempt({ # R stops where weights were adjusted
    m <- svyby(~x, ~g, one, svymean, covmat = TRUE); keep(vcov(m)[1, 2])})
  out$share <- attempt({m <- svymean(~k, one); keep(coef(m), SE(m))})
  out$domain <- attempt({m <- svymean(~b, domain); keep(coef(m), SE(m), degf(domain))})
  for (way in c("logit", "beta", "mean", "asin"))
    out[[paste0("interval_", way)]] <- attempt({m <- svyciprop(~b, one, method = way); keep(coef(m), attr(m, "ci"))})
  out$variance <- attempt({m <- svyvar(~x, one); keep(coef(m), SE(m))})
  if (spec$adjust != "jackknife") out$quantile <- attempt({
    m <- svyquantile(~x, one, c(0.1, 0.5, 0.8), ci = TRUE, qrule = "math", interval.type = "mean")[[1]]; keep(m[, 1], m[, 2], m[, 3])})
  for (way in c("F", "Chisq", "Wald", "adjWald"))
    out[[paste0("test_", way)]] <- attempt({t <- svychisq(~g + k, one, statistic = way); keep(t$statistic, t$p.value)})
  out$means <- attempt({t <- svyttest(x ~ b, one); keep(t$statistic, t$parameter, t$p.value)})
  out$ranks <- attempt({t <- svyranktest(x ~ b, one); keep(t$statistic, t$p.value)})
  out$linear <- attempt({m <- svyglm(x ~ z + k, one); keep(coef(m), SE(m))})
  out$logistic <- attempt({m <- svyglm(b ~ z + k, one, family = quasibinomial(), control = tight); keep(coef(m), SE(m))})
  out$term <- attempt({m <- svyglm(b ~ z + k, one, family = quasibinomial(), control = tight); t <- regTermTest(m, ~k); keep(t$Ftest, t$df, t$ddf, t$p)})
  cat(toJSON(out, digits = NA, auto_unbox = FALSE, na = "null"), "\n", sep = "")
}
