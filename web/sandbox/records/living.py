"""Records of what somebody lives on and spends: work, pension, insurance, tax, farm, bills, illness."""

from collections.abc import Mapping

from web.sandbox.people import Job, yuan
from web.sandbox.records.question import Answerer, Question, Row

TAX_FREE_MONTH = 500_000  # fen


def _months_in_work(question: Question) -> list[str]:
    job = question.person.job
    if job is None:
        return []
    first, last = job.months(question.months[0], question.months[-1])
    return [month for month in question.months if first <= month <= last]


def _employment(question: Question) -> list[Row]:
    job = question.person.job
    if job is None:
        return []
    return [
        {
            "employer": job.employer,
            "net_wage": yuan(job.net),
            "paying_bank": job.bank,
            "bank_account_no": job.card,
            "last_year_avg_monthly_income": yuan(job.gross),
            "pension_contribution": yuan(job.pension_contribution),
            "unemployment_contribution": yuan(job.unemployment_contribution),
            "medical_contribution": yuan(job.medical_contribution),
            "contributing_employer": job.employer,
            "month": month,
            "contribution_base": yuan(job.gross),
            "insured_status": "active" if job.last_month is None else "ended",
        }
        for month in _months_in_work(question)
    ]


def _retirement(question: Question) -> list[Row]:
    pension = question.person.pension
    if pension is None:
        return []
    return [
        {
            "monthly_pension": yuan(pension.month),
            "pension_scheme": pension.scheme,
            "basic_pension_part": yuan(pension.basic),
            "start_month": pension.first_month,
            "payment_status": "normal",
            "paying_agency": "样例市社会保险基金管理中心",
        }
    ]


def _unemployment(question: Question) -> list[Row]:
    unemployment = question.person.unemployment
    if unemployment is None:
        return []
    return [
        {
            "registered_date": unemployment.registered.isoformat(),
            "status": "registered",
            "unemployment_benefit": yuan(unemployment.benefit),
            "benefit_start": unemployment.first_month,
            "benefit_end": unemployment.last_month,
            "hard_to_employ_type": "none",
        }
    ]


def _medical_insurance(question: Question) -> list[Row]:
    if question.person.died_on is not None:
        return []
    months = _months_in_work(question)
    job = question.person.job if months else None
    return [
        {
            "scheme": "employee" if job else "resident",
            "status": "active",
            "employer": job.employer if job else None,
            "contribution_base": yuan(job.gross) if job else None,
            "last_month": months[-1] if months else f"{question.period_end.year}-01",
        }
    ]


def _current_job(question: Question) -> Job | None:
    return question.person.job if _months_in_work(question) else None


def _fund_balance_of(job: Job) -> int:
    return job.fund_contribution * 24


def _fund_account(question: Question) -> str:
    return f"GJJ{question.household.number:06d}{question.person.ref[1:]}"


def _fund_contributions(question: Question) -> list[Row]:
    job = _current_job(question)
    if job is None:
        return []
    return [
        {
            "account_balance": yuan(_fund_balance_of(job)),
            "last_contribution_month": _months_in_work(question)[-1],
            "status": "normal" if job.last_month is None else "sealed",
            "name": question.person.name,
            "account_no": _fund_account(question),
            "monthly_contribution": yuan(job.fund_contribution * 2),
            "contribution_base": yuan(job.gross),
        }
    ]


def _fund_loans(question: Question) -> list[Row]:
    if not question.person.shows_everything:
        return []
    return [
        {
            "loan_amount": "180000.00",
            "loan_balance": "42000.00",
            "monthly_repayment": "1350.00",
            "loan_date": "2014-05-16",
            "property_address": question.household.address,
        }
    ]


def _fund_balance(question: Question) -> list[Row]:
    job = _current_job(question)
    if job is None:
        return []
    return [
        {
            "personal_no": _fund_account(question),
            "employer": job.employer,
            "contribution_status": "normal" if job.last_month is None else "sealed",
            "account_balance": yuan(_fund_balance_of(job)),
            "withdrawn_this_year": "0.00",
            "withdrawn_total": "0.00",
        }
    ]


def _income_tax(question: Question) -> list[Row]:
    """Only who earns more than the tax-free amount is in the register."""
    job, months = question.person.job, _months_in_work(question)
    if job is None or not months or job.gross <= TAX_FREE_MONTH:
        return []
    return [
        {
            "taxpayer_name": question.person.name,
            "taxpayer_enterprise": job.employer,
            "business_address": "样例市天宁区样例路1号",
            "tax_type": "individual_income",
            "taxable_income": yuan(job.gross * len(months)),
            "tax_amount": yuan((job.gross - TAX_FREE_MONTH) * 3 // 100 * len(months)),
            "taxpayer_status": "normal",
            "period_start": f"{months[0]}-01",
            "period_end": question.period_end.isoformat(),
            "taxpayer_no": question.person.id_no,
        }
    ]


def _business_tax(question: Question) -> list[Row]:
    business = question.person.business
    if business is None or not question.person.shows_everything:
        return []
    return [
        {
            "taxpayer_name": question.person.name,
            "taxpayer_enterprise": business.name,
            "business_address": question.household.address,
            "tax_type": "vat",
            "taxable_income": yuan(business.profit),
            "tax_amount": "0.00",
            "taxpayer_status": "normal",
            "period_start": question.period_start.isoformat(),
            "period_end": question.period_end.isoformat(),
            "taxpayer_no": business.credit_code,
        }
    ]


def _farm(question: Question) -> list[Row]:
    household = question.household
    if not question.is_head or household.farmland is None:
        return []
    account = household.head.accounts[0]
    return [
        {
            "homestead_area": "120.00",
            "farmland_area": f"{household.farmland // 100}.{household.farmland % 100:02d}",
            "subsidy_total": yuan(household.farm_subsidy),
            "paying_bank": account.bank,
            "subsidy_items": "耕地地力保护补贴",
            "bank_account_no": account.card,
        }
    ]


def _bills(question: Question) -> list[Row]:
    if not question.is_head:
        return []
    household = question.household
    bills = (("water", 3_200, "16"), ("power", 12_600, "240"), ("gas", 5_400, "20"), ("telecom", 5_800, None))
    return [
        {
            "bill_type": kind,
            "amount": yuan(fen + household.number % 100 * 10),
            "paid_at": question.period_end.isoformat(),
            "payer": question.person.name,
            "meter_no": f"{household.number:08d}",
            "usage": usage,
        }
        for kind, fen, usage in bills
    ]


def _medical_expenditure(question: Question) -> list[Row]:
    illness = question.person.illness
    if illness is None:
        return []
    return [
        {
            "disease_name": illness.name,
            "month": month,
            "amount": yuan(illness.month * 3),
            "out_of_pocket": yuan(illness.month),
        }
        for month in question.months
    ]


LIVING: Mapping[str, Answerer] = {
    "RS01": _employment,
    "RS02": _retirement,
    "RS03": _unemployment,
    "RS04": _medical_insurance,
    "GJJ01": _fund_contributions,
    "GJJ02": _fund_loans,
    "GJJ03": _fund_balance,
    "GS01": _income_tax,
    "DS01": _business_tax,
    "NY01": _farm,
    "XG01": _bills,
    "YB01": _medical_expenditure,
}
